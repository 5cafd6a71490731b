/**
 * Shows and moves the offsets that the group has committed. It decides which moves lose an answer, and records such a
 * move in the database. It may publish nothing.
 */
@NullMarked
package dev.messagecontact.recovery.offsets;

import org.jspecify.annotations.NullMarked;
