/**
 * Statements about all rows of a batch at once: of constant text, with one array for each column. It may not know a table.
 */
@NullMarked
package dev.messagecontact.database.batch;

import org.jspecify.annotations.NullMarked;
