/**
 * How far workers have answered the partitions of the topics with commands, and which offsets were skipped. Hides how the database
 * and the group's committed offsets keep that. It may not know what a command says.
 */
@NullMarked
package dev.messagecontact.receipts;

import org.jspecify.annotations.NullMarked;
