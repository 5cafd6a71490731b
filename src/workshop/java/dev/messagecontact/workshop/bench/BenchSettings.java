package dev.messagecontact.workshop.bench;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is measured.
 *
 * @param commands how many a drain has, at least 1
 * @param directories how many directories they are for, at least 1
 * @param stored how many contacts the database holds before, ten in each directory of others
 * @param workers how many processes drain together, at least 1
 * @param jvmOptions of the worker and of the bare loop
 * @param worker settings of the worker that differ from their defaults
 */
public record BenchSettings(
        long seed,
        int commands,
        int directories,
        int stored,
        int workers,
        List<String> jvmOptions,
        Map<String, String> worker) {

    public BenchSettings {
        jvmOptions = List.copyOf(jvmOptions);
        worker = Map.copyOf(worker);
    }

    /** The same with more settings of the worker. */
    BenchSettings with(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(worker);
        all.putAll(more);
        return new BenchSettings(seed, commands, directories, stored, workers, jvmOptions, all);
    }
}
