package dev.messagecontact.workshop.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class FaultPlanTest {

    private static final Set<FaultKind> ALL = EnumSet.allOf(FaultKind.class);

    @Test
    void the_same_seed_repeats_the_plan_and_another_does_not() {
        List<PlannedFault> plan = FaultPlan.of(1, Duration.ofMinutes(2), 2, ALL);

        assertEquals(plan, FaultPlan.of(1, Duration.ofMinutes(2), 2, ALL));
        assertNotEquals(plan, FaultPlan.of(2, Duration.ofMinutes(2), 2, ALL));
    }

    @Test
    void an_hour_has_faults_of_every_kind_and_for_each_worker() {
        List<PlannedFault> plan = FaultPlan.of(1, Duration.ofHours(1), 2, ALL);

        assertEquals(ALL, plan.stream().map(PlannedFault::kind).collect(Collectors.toSet()));
        assertEquals(Set.of(0, 1), plan.stream().map(PlannedFault::worker).collect(Collectors.toSet()));
    }

    @Test
    void only_the_wanted_kinds_befall() {
        Set<FaultKind> wanted = EnumSet.of(FaultKind.KILL, FaultKind.TERMINATE);

        assertEquals(
                wanted,
                FaultPlan.of(1, Duration.ofHours(1), 2, wanted).stream()
                        .map(PlannedFault::kind)
                        .collect(Collectors.toSet()));
    }
}
