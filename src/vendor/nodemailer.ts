/** nodemailer: the SMTP client. */
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import XOAuth2 from 'nodemailer/lib/xoauth2';

export { SMTPConnection, XOAuth2 };
