package dev.messagecontact.recovery.offsets;

/** The offset that a partition is moved to, as a number or by a name. */
public interface Target {

    /** The offset that this is in a partition. */
    long in(PartitionOffsets partition);

    /** The end of what the database has settled. */
    Target SETTLED = partition -> partition.start().settled().firstOpen();

    /**
     * Reads {@code beginning}, {@code end}, {@code settled}, {@code published} or a number.
     *
     * @throws IllegalArgumentException if it is none
     */
    static Target parse(String text) {
        return switch (text) {
            case "beginning" -> partition -> partition.available().begin();
            case "end" -> partition -> partition.available().end();
            case "settled" -> SETTLED;
            case "published" -> PartitionOffsets::published;
            default -> {
                long offset = Long.parseLong(text);
                yield partition -> offset;
            }
        };
    }
}
