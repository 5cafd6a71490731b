/** The parts of one worker, put together. The secret kept here: which parts there are, and in which order they end. */
@NullMarked
package dev.messagecontact.runtime;

import org.jspecify.annotations.NullMarked;
