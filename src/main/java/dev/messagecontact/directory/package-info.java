/**
 * How directories, their contacts and what was decided about them are stored. The secret kept here: the SQL, a fixed
 * number of statements of constant text for a batch of any size.
 */
@NullMarked
package dev.messagecontact.directory;

import org.jspecify.annotations.NullMarked;
