"""What a group gets back of its talk: links and files shared in it, and questions with the answer that solved them."""
