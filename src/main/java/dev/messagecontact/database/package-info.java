/**
 * Opens sessions with PostgreSQL: the pool, the login, the settings of a session, and the schema's migrations. Other packages
 * do not see the differences between servers, poolers and drivers. It may not know a table of contacts.
 */
@NullMarked
package dev.messagecontact.database;

import org.jspecify.annotations.NullMarked;
