import type { AccessWords } from './vi.ts'

/** English: the same members as the Vietnamese source, or it does not compile. */
export const en: AccessWords = {
  login: {
    title: 'Log in',
    what: 'The operations room of load adjustment',
    userName: 'User name',
    password: 'Password',
    showPassword: 'Show the password',
    logIn: 'Log in',
    passkey: 'Log in with a passkey',
    directory: 'Log in with the company account',
    or: 'or',
    wrong: 'The user name or the password is wrong.',
    ended: 'The session has ended. Log in again to go on where you were.',
    passwordSet: 'The password is set. Log in with it.',
    needsSetup:
      'There is no user yet. Open the link that the server printed at its start to make the first administrator.',
    passkeyFailed: 'The passkey was not used: cancelled, timed out, or this device has none for this site.',
    noPasskeys: 'This browser does not know passkeys.',
    refused: {
      unavailable: 'The company’s account server cannot be reached. Try again later.',
      'try-again': 'This login took too long. Try again.',
      'no-role': 'Your company account has not been given a role in Gridload.',
      'unknown-role': 'Your company account has a role that Gridload does not know.',
      'unknown-company': 'Your company account belongs to a company that is not in the grid.',
      disabled: 'This user is disabled.',
      'other-person': 'You have proved to be somebody else.'
    },
    refusedOther: 'The company account could not be used.'
  },
  demo: {
    title: 'Demo users',
    note: 'This is a demo on simulated data: choose a role to look around. No second step is asked for.',
    password: 'Password of all:',
    as: name => `Enter as ${name}`,
    enter: 'Enter',
    one: company => `${company} only`,
    roles: {
      dispatcher: 'Watches the load, acknowledges findings, drafts events',
      supervisor: 'As a dispatcher, and approves and sends events',
      'programme-staff': 'Customers, enrolments, thanks',
      engineer: 'Devices, sources, quality of the data',
      auditor: 'Sees everything, the audit too; changes nothing',
      administrator: 'Users, tokens, devices, security settings',
      customer: 'Its own record, and its answers to requests'
    }
  },
  factor: {
    title: 'Second step',
    code: 'The 6 digits in your authenticator app',
    recovery: 'Recovery code',
    useRecovery: 'Use a recovery code',
    useCode: 'Use the 6 digits',
    passkey: 'Use a passkey',
    confirm: 'Go on',
    wrong: 'The code is wrong, or used already. Wait for the next one and try again.',
    back: 'Log in under another name'
  },
  enrol: {
    title: 'Set up a second step',
    why: 'Your role must have a second step. Choose one to go on.',
    totp: 'Authenticator app',
    totpWhat:
      'An app on your phone (FreeOTP, Google Authenticator, Microsoft Authenticator…) shows 6 digits that change every 30 seconds.',
    totpStart: 'Set up the app',
    scan: 'Scan this code with the authenticator app.',
    qr: 'QR code for the authenticator app',
    orType: 'Cannot scan? Type this key into the app:',
    code: 'The 6 digits the app shows now',
    totpConfirm: 'Confirm',
    wrongCode: 'The code is wrong. Check the clock of the phone, then enter the digits shown now.',
    passkey: 'Passkey',
    passkeyWhat:
      'A USB security key, or the fingerprint, face or PIN of this device. It cannot be lured away by a false page.',
    passkeyName: 'Its name, to know it by later',
    passkeyStart: 'Add a passkey',
    codesTitle: 'Recovery codes',
    codesWhat:
      'Each works once, when phone or key are not at hand. They are shown only now: print them or write them down, and keep them safe.',
    codesKept: 'I have kept the codes',
    copy: 'Copy',
    copied: 'Copied',
    download: 'Download'
  },
  password: {
    new: 'New password',
    rule: 'At least 12 characters; a long sentence you remember is good. Leaked passwords, and those with your name in them, are refused.',
    setTitle: 'Set your password',
    setWhat: 'This link works once. Set your password, then log in.',
    set: 'Set the password',
    expired: 'This link no longer works: it was used, or is too old. Ask an administrator for a new one.'
  },
  setup: {
    title: 'Make the first administrator',
    what: 'The administrator invites the others and gives them their roles. This link works once.',
    name: 'Full name',
    userName: 'User name',
    userNameRule: 'Small letters, digits and . _ - @ +',
    create: 'Make the administrator',
    expired:
      'This link no longer works. Start the server again for a new one, unless there is an administrator.'
  },
  account: {
    title: 'My account',
    userName: 'User name',
    roles: 'Roles',
    company: 'Company',
    customer: 'Customer',
    allCompanies: 'all',
    password: 'Password',
    directory: 'You log in with the company account; its password is changed there.',
    demo: 'A demo user: password and second step cannot be changed.',
    current: 'Present password',
    change: 'Change the password',
    changed: 'The password is changed. Your other sessions have ended.',
    wrongPassword: 'The present password is wrong.',
    factors: 'Second step',
    factorNeeded: 'Your role must have a second step: the last one cannot be removed.',
    totpOn: 'in use',
    totpOff: 'not set up',
    totpRemove: 'Remove the authenticator app',
    totpReplace: 'Change to another app',
    passkeys: 'Passkeys',
    noPasskeys: 'No passkey yet.',
    passkeyUsed: time => `last used ${time}`,
    passkeyUnused: 'not used yet',
    remove: 'Remove',
    removeWhat: name => `Remove “${name}”?`,
    removeNote: 'Once removed, it can no longer be used to log in.',
    codesLeft: count => `${count} recovery codes left.`,
    newCodes: 'Make new recovery codes',
    newCodesWhat: 'The old ones no longer work.',
    sessions: 'Sessions',
    sessionsWhat: 'Where this account is logged in. If you do not know one, end it and change your password.',
    here: 'this one',
    from: 'From',
    browser: 'Browser',
    since: 'Logged in',
    lastSeen: 'Active',
    end: 'End',
    endOthers: 'End all others'
  },
  stepUp: {
    title: 'Confirm that it is you',
    what: 'This command asks you to prove it once more. That stands for 5 minutes.',
    passkeyWhat: 'Confirm with your passkey.',
    confirm: 'Confirm',
    usePasskey: 'Use a passkey',
    usePassword: 'Use the password',
    wrong: 'The password or the code is wrong.',
    wrongPassword: 'The password is wrong.',
    directory:
      'Your account proves itself at the company’s account server. Log in there again, then give the command once more.',
    toDirectory: 'To the account server',
    none: 'This account has no way to prove itself. Set one up on the Account page.'
  }
}
