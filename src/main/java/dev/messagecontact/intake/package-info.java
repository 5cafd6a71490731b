/**
 * How commands are taken from Kafka and driven through the stages: {@link dev.messagecontact.intake.Lane} has the steps. Hides the
 * membership in the group, the size and the order of batches, and how a lane goes on after faults. Where a partition starts is in
 * {@link dev.messagecontact.intake.start}, how far the lane is in it in {@link dev.messagecontact.intake.partition}. It may not
 * know ops.
 */
@NullMarked
package dev.messagecontact.intake;

import org.jspecify.annotations.NullMarked;
