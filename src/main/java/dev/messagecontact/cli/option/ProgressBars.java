package dev.messagecontact.cli.option;

import dev.messagecontact.recovery.Progress;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;

/** A bar on standard error for each step of a recovery, with rate and time left, if somebody is watching. */
public final class ProgressBars implements Progress, AutoCloseable {

    private final boolean shown;
    private @Nullable Step step;
    private @Nullable ProgressBar bar;

    /** @param shown whether there are bars */
    public ProgressBars(boolean shown) {
        this.shown = shown;
    }

    @Override
    public void at(Step current, long done, long total) {
        if (!shown) {
            return;
        }
        if (current != step || bar == null) {
            close();
            step = current;
            bar = new ProgressBarBuilder()
                    .setTaskName(current.name().toLowerCase(Locale.ROOT).replace('_', ' '))
                    .showSpeed()
                    .build();
        }
        bar.maxHint(total);
        bar.stepTo(done);
    }

    /** Leaves the screen to what is printed next. */
    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
