"""Conversations from elsewhere: WhatsApp and Telegram exports, read line by line without a database or a network."""
