/**
 * Makes a worker start faster, by the list of classes that it needs until it answers commands. No other package may use
 * that list.
 */
@NullMarked
package dev.messagecontact.workshop.start;

import org.jspecify.annotations.NullMarked;
