/**
 * What the operator's commands after a disaster share (replay, rebuild, audit, explain, resubmit, dead letters, offsets): the
 * selection of commands, the rate, the progress, and what is published. Each command has a package of its own, which the
 * others may not know; only pruning, which is one class, stands here.
 */
@NullMarked
package dev.messagecontact.recovery;

import org.jspecify.annotations.NullMarked;
