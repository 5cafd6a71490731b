/**
 * What operators see of the lanes: metrics, health, traces. Hides how what a lane reports becomes numbers and
 * verdicts. The flow may not know it: lanes report to {@link dev.messagecontact.intake.LaneListener}.
 */
@NullMarked
package dev.messagecontact.ops;

import org.jspecify.annotations.NullMarked;
