package dev.messagecontact.ops;

import dev.messagecontact.ops.WorkerState.Rejection;
import dev.messagecontact.outcome.Answer;
import dev.messagecontact.outcome.Outcome.Rejected;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The latest rejections for people to look at: ids, positions and codes, nothing of a command's content. Any thread may
 * call it.
 */
final class RecentRejections {

    /** How many are kept; the others are in the errors topic. */
    static final int KEPT = 50;

    private final Deque<Rejection> latest = new ArrayDeque<>();

    /** Newest first. */
    synchronized List<Rejection> list() {
        return List.copyOf(latest);
    }

    /** Keeps new rejections; replayed ones are left out. */
    void note(List<Answer> answers) {
        List<Rejection> news = new ArrayList<>();
        for (int i = answers.size() - 1; i >= 0 && news.size() < KEPT; i--) {
            Answer answer = answers.get(i);
            if (answer.outcome() instanceof Rejected rejected && !answer.isReplayed()) {
                news.add(Rejection.of(answer, rejected));
            }
        }
        if (!news.isEmpty()) {
            add(news);
        }
    }

    private synchronized void add(List<Rejection> news) {
        for (int i = news.size() - 1; i >= 0; i--) {
            latest.addFirst(news.get(i));
        }
        while (latest.size() > KEPT) {
            latest.removeLast();
        }
    }
}
