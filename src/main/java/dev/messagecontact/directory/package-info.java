/**
 * How directories, their contacts, and what was decided about them are stored. Hides the SQL: a fixed number of
 * statements of constant text for a batch of any size; more of them only where commands are about contacts. It may not
 * know the flow, ops or settings.
 */
@NullMarked
package dev.messagecontact.directory;

import org.jspecify.annotations.NullMarked;
