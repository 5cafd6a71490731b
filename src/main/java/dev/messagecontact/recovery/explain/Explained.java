package dev.messagecontact.recovery.explain;

import java.util.List;
import java.util.Set;

/**
 * What was found under a name.
 *
 * @param lives of all records of one command, the first one first; of a contact, of all commands about it; empty if there is none
 * @param others what else the same name stands for, with commands that are not among these
 */
public record Explained(List<CommandLife> lives, Set<NamedBy> others) {

    public Explained {
        lives = List.copyOf(lives);
        others = Set.copyOf(others);
    }
}
