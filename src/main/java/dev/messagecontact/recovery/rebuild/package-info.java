/**
 * Restores lost rows from the command topic. It finds the commands that the database lacks, and the events that still
 * have their answers. It may publish nothing.
 */
@NullMarked
package dev.messagecontact.recovery.rebuild;

import org.jspecify.annotations.NullMarked;
