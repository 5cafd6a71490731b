/**
 * The public operation AddMessageContact (Alibaba Cloud Resource Directory, API version 2022-04-19) and the other actions on
 * a contact: their parameters, their error codes, and how a record with a command is read. Hides the forms that a
 * record may have (plain JSON, CloudEvents binary and structured) and how strictly its bytes are read. It may not know
 * rules or tables.
 */
@NullMarked
package dev.messagecontact.command;

import org.jspecify.annotations.NullMarked;
