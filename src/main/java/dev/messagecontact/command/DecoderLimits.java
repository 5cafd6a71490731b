package dev.messagecontact.command;

/**
 * How much a record's value may ask of us.
 *
 * @param maxValueBytes the longest value that is read, in bytes; at least 1
 * @param maxDepth how deep objects and arrays may be nested, the command itself being 1; at least 1
 */
public record DecoderLimits(int maxValueBytes, int maxDepth) {

    /** The highest that may be set: 16 MiB, 1,000 levels. */
    public static final DecoderLimits HIGHEST = new DecoderLimits(16 * 1024 * 1024, 1_000);

    /**
     * @throws IllegalArgumentException if a limit is less than 1
     */
    public DecoderLimits {
        if (maxValueBytes < 1 || maxDepth < 1) {
            throw new IllegalArgumentException("a limit of the command decoder is less than 1");
        }
    }
}
