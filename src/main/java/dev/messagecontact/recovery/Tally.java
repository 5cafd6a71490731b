package dev.messagecontact.recovery;

import dev.messagecontact.command.RecordId;
import dev.messagecontact.receipts.Skip;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a run has come to so far. Not thread-safe. */
public final class Tally {

    private static final int LISTED = 20;

    private final Map<String, Long> byCode = new TreeMap<>();
    private final Map<Skip, Long> skipped = new LinkedHashMap<>();
    private final List<RecordId> forgotten = new ArrayList<>();
    private long forgottenCount;
    private long verifications;
    private long unpublished;

    /** Counts an answer. */
    public void count(String code) {
        byCode.merge(code, 1L, Long::sum);
    }

    /** Counts verification requests that were published with an answer. */
    public void countVerifications(int requests) {
        verifications += requests;
    }

    /** Counts a command that has no answer because of this skip. */
    public void skipped(Skip skip) {
        skipped.merge(skip, 1L, Long::sum);
    }

    /** Counts a command that the database remembers no decision of. */
    public void forgotten(RecordId position) {
        forgottenCount++;
        if (forgotten.size() < LISTED) {
            forgotten.add(position);
        }
    }

    /** Counts a command that the rules decided because no answer to it was found in the topics. */
    public void countUnpublished() {
        unpublished++;
    }

    /** How many commands the rules decided because no answer to them was found in the topics. */
    public long unpublished() {
        return unpublished;
    }

    /** How many answers there were with each code. */
    public Map<String, Long> byCode() {
        return Collections.unmodifiableMap(byCode);
    }

    /** How many answers there were. */
    public long answers() {
        return byCode.values().stream().mapToLong(Long::longValue).sum();
    }

    /** How many verification requests were published with them. */
    public long verifications() {
        return verifications;
    }

    /** How many commands have no answer because an operator has led the group past them, with who and why. */
    public Map<Skip, Long> skipped() {
        return Collections.unmodifiableMap(skipped);
    }

    /** How many commands the database remembers no decision of. */
    public long forgottenCount() {
        return forgottenCount;
    }

    /** The positions of the first of them, at most 20. */
    public List<RecordId> forgotten() {
        return Collections.unmodifiableList(forgotten);
    }
}
