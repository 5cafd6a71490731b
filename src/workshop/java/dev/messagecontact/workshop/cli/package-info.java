/** The commands of the workshop, one per file. No other package may depend on it. */
@NullMarked
package dev.messagecontact.workshop.cli;

import org.jspecify.annotations.NullMarked;
