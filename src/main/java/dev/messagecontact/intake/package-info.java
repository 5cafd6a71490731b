/**
 * How commands are taken from Kafka and driven through the stages. Hides where each partition stands, and how that
 * survives rebalances, faults and restarts. {@link dev.messagecontact.intake.Lane} has the steps. It may not know ops.
 */
@NullMarked
package dev.messagecontact.intake;

import org.jspecify.annotations.NullMarked;
