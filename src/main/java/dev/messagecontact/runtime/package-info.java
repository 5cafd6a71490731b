/**
 * Puts the worker, its metrics, its health and its management port together. Which of these there are, in which order they
 * start and end, and what must be there before, is decided here and nowhere else; what a lane is made of, {@link
 * dev.messagecontact.intake.Worker} hides.
 */
@NullMarked
package dev.messagecontact.runtime;

import org.jspecify.annotations.NullMarked;
