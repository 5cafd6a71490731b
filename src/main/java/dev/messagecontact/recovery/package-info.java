/**
 * What the operator's commands after a disaster share (replay, rebuild, audit, explain, dead letters): the selection of
 * commands, the rate, and the progress. Each command has a package of its own, which the others may not know.
 */
@NullMarked
package dev.messagecontact.recovery;

import org.jspecify.annotations.NullMarked;
