/** The commands of the workshop, one a file. */
@NullMarked
package dev.messagecontact.workshop.cli;

import org.jspecify.annotations.NullMarked;
