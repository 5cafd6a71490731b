/**
 * What came of a command and how that is published. Hides what stands in an event or a dead letter. It may not know
 * how outcomes are decided.
 */
@NullMarked
package dev.messagecontact.outcome;

import org.jspecify.annotations.NullMarked;
