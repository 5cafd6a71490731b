/**
 * How a session with PostgreSQL comes to be: the pool, the login, what must hold in a session, and the schema's migrations.
 * Hides what servers, poolers and drivers do differently. It may not know a table of contacts.
 */
@NullMarked
package dev.messagecontact.database;

import org.jspecify.annotations.NullMarked;
