package dev.messagecontact.recovery;

/** Some offsets of one partition; {@code to} is exclusive. */
public record Part(int partition, long from, long to) {

    /** How many offsets there are. */
    public long size() {
        return to - from;
    }
}
