package dev.messagecontact.workshop.soak;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** The faults of a soak, drawn from a seed: the same seed, the same plan. */
final class FaultPlan {

    /** Enough for both workers to be at work. */
    private static final int FIRST_AFTER_MILLIS = 5_000;

    private static final int SHORTEST_GAP_MILLIS = 1_000;
    private static final int LONGEST_GAP_MILLIS = 7_000;

    private FaultPlan() {}

    /** In the order of their starts; they may overlap. */
    static List<PlannedFault> of(long seed, Duration length, int workers, Set<FaultKind> kinds) {
        SplittableRandom random = new SplittableRandom(seed);
        List<PlannedFault> plan = new ArrayList<>();
        long at = FIRST_AFTER_MILLIS;
        while (at < length.toMillis()) {
            FaultKind kind = kind(random, kinds);
            int worker = random.nextInt(workers);
            long millis = random.nextLong(kind.shortest(), kind.longest() + 1L);
            plan.add(new PlannedFault(Duration.ofMillis(at), kind, worker, Duration.ofMillis(millis)));
            at += random.nextLong(SHORTEST_GAP_MILLIS, LONGEST_GAP_MILLIS);
        }
        return plan;
    }

    private static FaultKind kind(SplittableRandom random, Set<FaultKind> kinds) {
        int all = kinds.stream().mapToInt(FaultKind::weight).sum();
        int drawn = random.nextInt(all);
        for (FaultKind kind : EnumSet.copyOf(kinds)) { // in the order of their declaration
            drawn -= kind.weight();
            if (drawn < 0) {
                return kind;
            }
        }
        throw new AssertionError("weights add up to more than all of them");
    }
}
