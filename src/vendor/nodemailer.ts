/** nodemailer: the SMTP client. */
export { createTransport } from 'nodemailer';
