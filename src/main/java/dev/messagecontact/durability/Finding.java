package dev.messagecontact.durability;

/**
 * What was found of one topic or of the database.
 *
 * @param where a topic's name, or {@code database}
 * @param remark one phrase for people
 */
public record Finding(Level level, String where, String remark) {

    /** How bad it is. */
    public enum Level {
        /** Something acknowledged may be lost. */
        WEAK,
        /** An operator should know it; nothing says that it is wrong. */
        NOTE
    }

    static Finding weak(String where, String remark) {
        return new Finding(Level.WEAK, where, remark);
    }

    static Finding note(String where, String remark) {
        return new Finding(Level.NOTE, where, remark);
    }

    /** Whether something acknowledged may be lost. */
    public boolean isWeak() {
        return level == Level.WEAK;
    }
}
