package dev.messagecontact.cli;

/**
 * What a command still does when Ctrl-C or SIGTERM ends it before its work is done. The JVM waits for it, the command's own
 * thread goes on beside it.
 */
final class Interruption implements AutoCloseable {

    private final Thread hook;
    private volatile boolean underWay;

    private Interruption(Runnable work) {
        hook = new Thread(
                () -> {
                    underWay = true;
                    work.run();
                },
                "interruption");
    }

    /** Does this work when the process is interrupted, until it is closed. */
    static Interruption does(Runnable work) {
        Interruption interruption = new Interruption(work);
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    boolean isUnderWay() {
        return underWay;
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is exiting.
        }
    }
}
