/** nodemailer: the SMTP client, what composes messages, and what signs them. */
import DKIM from 'nodemailer/lib/dkim';
import MailComposer from 'nodemailer/lib/mail-composer';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import XOAuth2 from 'nodemailer/lib/xoauth2';

export { DKIM, MailComposer, SMTPConnection, XOAuth2 };
