/**
 * Puts the parts of one worker together. Which parts there are, and in which order they start and end, is decided here
 * and nowhere else.
 */
@NullMarked
package dev.messagecontact.runtime;

import org.jspecify.annotations.NullMarked;
