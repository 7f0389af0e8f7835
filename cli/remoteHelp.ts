/** Apart from what it describes, which is loaded for remote keys alone. */
export const remoteHelp = `  --remote URL#CREDENTIAL   a key of a remote signing service (Cloud Signature Consortium API v1 and v2) instead;
                            without #CREDENTIAL the account's only one. Its PIN comes as a token's does.
                            PARAPH_REMOTE_TOKEN   access token of the service, or
                            PARAPH_REMOTE_LOGIN   user:password for it, or
                            'remote.clientId' in the configuration: authorised in the browser
                            PARAPH_REMOTE_CODE    one-time code; else it is asked for on the terminal`;
