/**
 * Showing and moving the offsets that the group has committed. Hides which moves lose an answer, and how the database is told
 * of one that does. It may publish nothing.
 */
@NullMarked
package dev.messagecontact.recovery.offsets;

import org.jspecify.annotations.NullMarked;
