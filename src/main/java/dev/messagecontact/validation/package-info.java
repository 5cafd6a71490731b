/** What makes a contact acceptable. The secret kept here: the field rules, none of which needs the directory's state. */
@NullMarked
package dev.messagecontact.validation;

import org.jspecify.annotations.NullMarked;
