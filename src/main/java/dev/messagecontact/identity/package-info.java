/**
 * Ids that are functions of the command record: the same record gives the same ids wherever and whenever it is
 * processed. Callers get texts; what an id is hashed from and its alphabet stay in here. The hash itself is there for
 * whoever must name bytes without keeping them. It may not know what ids are used for.
 */
@NullMarked
package dev.messagecontact.identity;

import org.jspecify.annotations.NullMarked;
