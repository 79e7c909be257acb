"""Sends the alerts of a finished result: to a group chat (DingTalk, Feishu/Lark, WeCom, Slack) or by mail.

`news` says what there is to tell, `services` how each chat wants it and what it answers, `webhook` and `mail` send.
"""
