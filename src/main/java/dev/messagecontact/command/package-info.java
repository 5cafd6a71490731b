/**
 * The public operation AddMessageContact (Resource Directory, API version 2022-04-19): its parameters, its error codes,
 * and how a record of the command topic is read. The secret kept here: the forms a record may have (plain JSON,
 * CloudEvents binary and structured) and how strictly its bytes are read.
 */
@NullMarked
package dev.messagecontact.command;

import org.jspecify.annotations.NullMarked;
