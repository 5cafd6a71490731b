package dev.messagecontact.cli;

import dev.messagecontact.recovery.audit.AuditProgress;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;

/** A bar on standard error for each step of an audit, if somebody is watching. */
final class AuditProgressBar implements AuditProgress, AutoCloseable {

    private final boolean shown;
    private @Nullable Step step;
    private @Nullable ProgressBar bar;

    AuditProgressBar(boolean shown) {
        this.shown = shown;
    }

    @Override
    public void at(Step current, long done, long total) {
        if (!shown) {
            return;
        }
        if (current != step) {
            close();
            step = current;
        }
        if (bar == null) {
            bar = new ProgressBarBuilder()
                    .setTaskName(current.name().toLowerCase(Locale.ROOT).replace('_', ' '))
                    .setInitialMax(total)
                    .build();
        }
        bar.stepTo(done);
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
