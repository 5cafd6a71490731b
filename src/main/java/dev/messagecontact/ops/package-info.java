/**
 * Metrics, health and traces of the lanes: turns the reports of a lane into numbers and verdicts. The flow may not know this
 * package; lanes report to {@link dev.messagecontact.intake.LaneListener}.
 */
@NullMarked
package dev.messagecontact.ops;

import org.jspecify.annotations.NullMarked;
