/** The command line, and the wiring of all parts. */
@NullMarked
package dev.messagecontact;

import org.jspecify.annotations.NullMarked;
