package dev.messagecontact.cli;

import dev.messagecontact.recovery.RecoveryProgress;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;

/** A bar on standard error with rate and time left, if somebody is watching. */
final class RecoveryBar implements RecoveryProgress, AutoCloseable {

    private final @Nullable ProgressBar bar;

    RecoveryBar(String task, boolean shown) {
        bar = shown
                ? new ProgressBarBuilder()
                        .setTaskName(task)
                        .setUnit(" offsets", 1)
                        .showSpeed()
                        .build()
                : null;
    }

    @Override
    public void at(long done, long total) {
        if (bar != null) {
            bar.maxHint(total);
            bar.stepTo(done);
        }
    }

    /** Leaves the screen to what is printed next. */
    void done() {
        if (bar != null) {
            bar.close();
        }
    }

    @Override
    public void close() {
        done();
    }
}
