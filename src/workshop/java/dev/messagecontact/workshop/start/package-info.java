/** What makes a worker start faster. The secret kept here: which classes a worker needs until it answers commands. */
@NullMarked
package dev.messagecontact.workshop.start;

import org.jspecify.annotations.NullMarked;
