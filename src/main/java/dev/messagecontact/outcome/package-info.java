/**
 * What came of a command and how that is told: the answer, its events and their publication. The secret kept here: what
 * stands in an event.
 */
@NullMarked
package dev.messagecontact.outcome;

import org.jspecify.annotations.NullMarked;
