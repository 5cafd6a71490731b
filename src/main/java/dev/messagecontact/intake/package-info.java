/**
 * How commands are taken from Kafka and driven through the stages. The secret kept here: where we stand, and how that
 * survives rebalances, faults and restarts.
 */
@NullMarked
package dev.messagecontact.intake;

import org.jspecify.annotations.NullMarked;
